import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { haltOutOfRange } from './consumer-group.ts'
import { retryCoordinatorSearch } from './coordinator-search.ts'
import { keepDamageApart } from './fetch-errors.ts'
import { boundAnswers } from './fetch-request.ts'
import { FetchedBatch } from './records/fetched-batch.ts'
import { keepMembership } from './group-membership.ts'
import { createGroupByPartition } from './records/group-by-partition.ts'
import {
  type ClusterClass,
  type CreateProducer,
  type InstrumentationEmitterClass,
} from './internals.ts'
import { loseNoRequest } from './lost-requests.ts'
import { createRequestFrame, produceRequest } from './records/produce-request.ts'
import { decodeRecords } from './records/record-batches.ts'
import { quietRequestQueue } from './request-queue.ts'

/** The one version that the replacements were made for. */
export const KAFKAJS_VERSION = '2.2.4'

/** Files of kafkajs/src that are replaced, amended or used past the public API: SHA-256 of each. */
export const knownFiles: Readonly<Record<string, string>> = {
  'protocol/requests/produce/v3/request.js':
    '993a3db997827088f5acb08cacf3c67a99ec2886303ff465d244329b8a1c7f99',
  'protocol/request.js': '2270900ca6474026c11957fe71ac586881985460ed2554db22ad8870dcaff634',
  'protocol/requests/fetch/v4/decodeMessages.js':
    'd9fede59bebf84ee15169d0ecc54df594a11722b6ba8d5db535ed1d8548d4fcc',
  'protocol/requests/fetch/v1/response.js':
    '176e26ce9f0f6447df4f83ef325a48e240319a3c00ccb35037125c68dac70557',
  'protocol/requests/fetch/index.js':
    'b0961e16fca52023266570255c23e30cd770b3813bb5d75f879fe6b1609ea7c5',
  'consumer/batch.js': '04ee8657247441599f200af5871ce6b3c4463abe941b97405502f8f5f683face',
  'producer/groupMessagesPerPartition.js':
    'ea72357721fbf67770b5e06b9bf4260faa1e60f3affb556bff2cc7892c1881fb',
  'network/connection.js': '2a993b2e74421ca6d846efd59e4ba74b11100dbe7d40d0f52ea3218e917aafdd',
  'network/requestQueue/index.js':
    'b55986089c14f8f7bfc377922e2e65b3e4c1e7c7af2752d3b10a75dfe9e9260c',
  'consumer/consumerGroup.js': 'f3e461738585a8dc6574c647123a18afc732f81cdee4f9f7bb62e4aa1dffbfbb',
  'cluster/index.js': '3831a6845e4e9fb0de73d5ff50a3695974fb8a927acde677c524fe1c362bd57d',
  'producer/index.js': '37a6da431139e4af020c4f381af10855ab34e3660bbf4937abda1b27f9379775',
  'broker/index.js': '9cbea8898528c439c213080f99d86974460114f81b5034c49aeb593a0337ca90',
}

/** The client with our wire codec in it, and the parts of it that are not public. */
export interface WiredKafkajs {
  readonly kafkajs: typeof import('kafkajs')
  readonly Cluster: ClusterClass
  readonly createProducer: CreateProducer
  readonly InstrumentationEmitter: InstrumentationEmitterClass
  readonly FetchedBatch: typeof FetchedBatch
}

/** The client is not the one that the replacements were made for, so it is not used. */
export class UnknownKafkajs extends Error {
  override readonly name = 'UnknownKafkajs'
  readonly code = 'unknown_kafkajs'
}

interface Installation {
  /** Resolves kafkajs and holds the cache that it is loaded into. */
  readonly require: NodeJS.Require
}

/** Where kafkajs/src is. Throws UnknownKafkajs unless it is the known one and not loaded yet. */
export function assertReplaceable({ require }: Installation): string {
  const manifest = require.resolve('kafkajs/package.json')
  const { version } = require(manifest)
  if (version !== KAFKAJS_VERSION) {
    throw new UnknownKafkajs(`kafkajs is ${version}; the wire codec is made for ${KAFKAJS_VERSION}`)
  }
  const source = join(dirname(manifest), 'src')
  if (require.cache[join(source, 'index.js')] !== undefined) {
    throw new UnknownKafkajs('kafkajs was loaded before its wire codec could be installed')
  }
  for (const [file, known] of Object.entries(knownFiles)) {
    const hash = createHash('sha256')
      .update(readFileSync(join(source, file)))
      .digest('hex')
    if (hash !== known) throw new UnknownKafkajs(`kafkajs/src/${file} is not the file known`)
  }
  return source
}

function replaceExports(
  require: NodeJS.Require,
  path: string,
  replace: (shipped: never) => unknown,
): void {
  const shipped = require(path)
  const cached = require.cache[path]
  if (cached === undefined) throw new UnknownKafkajs(`${path} is not in the module cache`)
  cached.exports = replace(shipped as never)
}

/**
 * Loads kafkajs with our modules in place of its own. It uses require and not import, so that they
 * are in the CommonJS cache before kafkajs reads them, whoever loads it later.
 */
export function installWireCodec(installation: Installation): WiredKafkajs {
  const { require } = installation
  const source = assertReplaceable(installation)
  const from = (file: string): string => join(source, file)
  // v4..v7 of the produce request read v3 when they are first used, which is later.
  replaceExports(require, from('protocol/requests/produce/v3/request.js'), () => produceRequest)
  replaceExports(require, from('protocol/request.js'), createRequestFrame)
  replaceExports(require, from('protocol/requests/fetch/v4/decodeMessages.js'), () => decodeRecords)
  replaceExports(require, from('protocol/requests/fetch/v1/response.js'), keepDamageApart)
  replaceExports(require, from('protocol/requests/fetch/index.js'), boundAnswers)
  replaceExports(require, from('consumer/batch.js'), () => FetchedBatch)
  replaceExports(require, from('network/requestQueue/index.js'), quietRequestQueue)
  const { KafkaJSConnectionError, KafkaJSMetadataNotLoaded, KafkaJSNonRetriableError } = require(
    from('errors.js'),
  )
  replaceExports(require, from('producer/groupMessagesPerPartition.js'), () =>
    createGroupByPartition(KafkaJSMetadataNotLoaded),
  )
  replaceExports(require, from('network/connection.js'), (shipped) =>
    loseNoRequest(shipped, KafkaJSConnectionError),
  )
  replaceExports(require, from('consumer/consumerGroup.js'), haltOutOfRange)
  replaceExports(require, from('consumer/consumerGroup.js'), (shipped) =>
    keepMembership(shipped, KafkaJSNonRetriableError),
  )
  replaceExports(require, from('cluster/index.js'), retryCoordinatorSearch)
  return {
    kafkajs: require('kafkajs'),
    Cluster: require(from('cluster/index.js')),
    createProducer: require(from('producer/index.js')),
    InstrumentationEmitter: require(from('instrumentation/emitter.js')),
    FetchedBatch,
  }
}

let installed: WiredKafkajs | undefined

/** Installs once in a process. */
export function wiredKafkajs(): WiredKafkajs {
  installed ??= installWireCodec({ require: createRequire(import.meta.url) })
  return installed
}
