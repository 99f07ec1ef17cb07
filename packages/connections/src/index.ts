export { type Connections, openConnections, registerSchemas } from './connections.ts'
