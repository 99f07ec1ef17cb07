import { measured, type ServiceKey } from './measured.ts'
import { type Packing, packingAt } from './packing.ts'

const DAY_SECONDS = 86_400
/** Each outgoing message causes webhooks for sent, delivered and read. */
const WEBHOOKS_PER_OUTGOING = 3
/**
 * Share of one core at the peak. The rest is for bursts, garbage collection and catching up after a
 * stop.
 */
const CORE_SHARE_MAX = 0.6
const REPLICAS_MIN = 2
/** From this size on, one instance for each of three zones. */
const THREE_ZONES_FROM = 1_000
/** Instances that may be added before partitions are too few. */
const GROWTH = 3
const PARTITION_STEP = 6
const REPLICATION = 3
const DERIVED_DAYS_MAX = 30
const EXPIRY_DAYS = 45
const MEBIBYTES_STEP = 64
const MILLICORES_STEP = 50
/** Share of a disk: no store works well when it is full. */
const HEADROOM = 1.3
/** A state volume also takes the partitions of an instance that is gone. */
const STATE_HEADROOM = 1.5
const GIBIBYTE = 2 ** 30

export interface ExpectedLoad {
  /** Messages per second at the peak. */
  readonly outgoing: number
  /** Incoming messages for each outgoing one. */
  readonly replyRate: number
  /** Mean of the day as a share of the peak: disks fill with the mean. */
  readonly meanShare: number
  readonly retentionDays: number
  readonly bodyBytes: number
}

export interface ServiceSize {
  readonly replicas: number
  readonly replicasMax: number
  /** Cores of one instance, at the peak. */
  readonly cpuMillicores: number
  readonly memoryRequestMib: number
  readonly memoryLimitMib: number
}

export interface DiskSize {
  readonly rawTopicGib: number
  readonly derivedTopicsGib: number
  readonly statePerReplicaGib: number
  readonly clickhouseGib: number
}

export interface Sizing {
  readonly load: ExpectedLoad
  readonly webhooksPerSecond: number
  readonly webhooksPerDay: number
  readonly services: Readonly<Record<ServiceKey, ServiceSize>>
  readonly partitions: number
  readonly retentionDays: number
  readonly packing: Packing
  /** Total of all brokers and replicas. */
  readonly disk: DiskSize
}

/** What an installation for this load needs. Pure arithmetic on the measurements. */
export function sizeInstallation(load: ExpectedLoad): Sizing {
  const { outgoing, replyRate, meanShare } = load
  const webhooksPerSecond = WEBHOOKS_PER_OUTGOING * outgoing + outgoing * replyRate
  const services = {
    ingestor: sizeService('ingestor', webhooksPerSecond),
    decoder: sizeService('decoder', webhooksPerSecond),
    processor: sizeService('processor', webhooksPerSecond),
    sink: sizeService('sink', webhooksPerSecond),
  }
  const { decoder, processor, sink } = services
  const packing = packingAt((webhooksPerSecond * meanShare) / services.ingestor.replicas)
  const consumers = Math.max(decoder.replicas, processor.replicas, sink.replicas)
  const partitions = roundUp(consumers * GROWTH, PARTITION_STEP)
  return {
    load,
    webhooksPerSecond,
    webhooksPerDay: webhooksPerSecond * meanShare * DAY_SECONDS,
    services: {
      ingestor: services.ingestor,
      decoder: capped(decoder, partitions),
      processor: capped(processor, partitions),
      sink: capped(sink, partitions),
    },
    partitions,
    retentionDays: load.retentionDays,
    packing,
    disk: sizeDisks(load, { webhooksPerSecond, packing, processors: processor.replicas }),
  }
}

/** Total cores that a service needs at a rate: the cost of running at all, and of each webhook. */
export function coresAt(service: ServiceKey, webhooksPerSecond: number): number {
  const { lowRateUs, fullBatchUs } = measured.services[service]
  const idle = (measured.lowRate * (lowRateUs - fullBatchUs)) / 1e6
  return idle + (webhooksPerSecond * fullBatchUs) / 1e6
}

function sizeService(service: ServiceKey, webhooksPerSecond: number): ServiceSize {
  const { fullBatchUs, rssMb } = measured.services[service]
  const perReplicaMax = (CORE_SHARE_MAX - coresAt(service, 0)) / (fullBatchUs / 1e6)
  const enough = Math.ceil(webhooksPerSecond / perReplicaMax)
  const least = webhooksPerSecond < THREE_ZONES_FROM ? REPLICAS_MIN : REPLICAS_MIN + 1
  // One more than enough, so that one may be away.
  const replicas = Math.max(least, enough + 1)
  const memoryRequestMib = roundUp(((rssMb * 1e6) / 2 ** 20) * HEADROOM, MEBIBYTES_STEP)
  const cores = coresAt(service, webhooksPerSecond / (replicas - 1))
  return {
    replicas,
    replicasMax: replicas * GROWTH,
    cpuMillicores: roundUp(cores * 1_000, MILLICORES_STEP),
    memoryRequestMib,
    memoryLimitMib: memoryRequestMib * 2,
  }
}

function capped(size: ServiceSize, partitions: number): ServiceSize {
  return { ...size, replicasMax: Math.min(size.replicasMax, partitions) }
}

function sizeDisks(
  load: ExpectedLoad,
  {
    packing,
    processors,
    webhooksPerSecond,
  }: Pick<Sizing, 'packing' | 'webhooksPerSecond'> & { readonly processors: number },
): DiskSize {
  const { outgoing, replyRate, meanShare, retentionDays, bodyBytes } = load
  const perDay = webhooksPerSecond * meanShare * DAY_SECONDS
  const messagesPerDay = outgoing * (1 + replyRate) * meanShare * DAY_SECONDS
  const overhead = measured.recordOverheadBytes
  const rawPerDay = perDay * (bodyBytes + overhead)
  const derivedDays = Math.min(retentionDays, DERIVED_DAYS_MAX)
  const derivedPerWebhook =
    measured.verdictBytes +
    measured.eventsPerWebhook * (measured.eventBytes + overhead) +
    measured.transitionsPerWebhook * (measured.transitionBytes + overhead)
  const alive = messagesPerDay * EXPIRY_DAYS
  const derived =
    perDay * derivedPerWebhook * derivedDays + alive * (measured.timelineBytes + overhead)
  // The raw index and the transitions have rows about as large as those of events.
  const rowsPerWebhook = 1 + measured.eventsPerWebhook + measured.transitionsPerWebhook
  const rows =
    perDay * rowsPerWebhook * measured.eventRowBytes + messagesPerDay * measured.timelineRowBytes
  return {
    rawTopicGib: toGib(rawPerDay * packing.rawShare * retentionDays * REPLICATION * HEADROOM),
    derivedTopicsGib: toGib(derived * packing.derivedShare * REPLICATION * HEADROOM),
    statePerReplicaGib: toGib(((alive * measured.stateBytes) / processors) * STATE_HEADROOM),
    clickhouseGib: toGib(rows * retentionDays * HEADROOM),
  }
}

function toGib(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / GIBIBYTE))
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
