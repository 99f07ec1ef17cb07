import { Histogram, type HistogramConfiguration, type LabelValues } from 'prom-client'

/** The values of one set of labels. */
export interface HistogramSeries {
  /** Throws TypeError unless the value is finite. */
  observe(value: number): void
}

/**
 * A histogram for what is observed once a record, where the client's own takes more CPU than most
 * of the work on the record: it looks its labels up at each value. Here that is done once.
 */
export class SeriesHistogram<Label extends string> extends Histogram<Label> {
  readonly #configuration: SeriesHistogramConfiguration<Label>
  readonly #series: Series<Label>[] = []

  constructor(configuration: SeriesHistogramConfiguration<Label>) {
    super(configuration)
    this.#configuration = configuration
  }

  /** Ask once for each set of labels, and keep what is returned. */
  series(labels: LabelValues<Label>): HistogramSeries {
    const series = new Series(labels, this.#configuration.buckets)
    this.#series.push(series)
    return series
  }

  /** It would be in no series, and so never be read. */
  override observe(): never {
    throw new Error(`a series of ${this.#configuration.name} has to be observed`)
  }

  /** What the registry asks for, as does the client's own `get`. */
  async getForPromString() {
    const { help, name } = this.#configuration
    const values = this.#series.flatMap((series) => series.valuesOf(name))
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }
}

type SeriesHistogramConfiguration<Label extends string> = HistogramConfiguration<Label> & {
  /** Upper bounds, growing. */
  readonly buckets: number[]
}

class Series<Label extends string> implements HistogramSeries {
  readonly #labels: LabelValues<Label>
  readonly #bounds: readonly number[]
  /** Of each bucket alone; the last is of what is above all bounds. */
  readonly #counts: number[]
  #sum = 0

  constructor(labels: LabelValues<Label>, bounds: readonly number[]) {
    this.#labels = labels
    this.#bounds = bounds
    this.#counts = [...bounds.map(() => 0), 0]
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is no value of a histogram`)
    let place = 0
    while (value > (this.#bounds[place] ?? Infinity)) place += 1
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#sum += value
  }

  /** In the client's form, in which labels of several values are shared. */
  valuesOf(name: string) {
    const sharedLabels = this.#labels
    let count = 0
    const buckets = this.#counts.map((ofBucket, place) => {
      count += ofBucket
      const le = this.#bounds[place] ?? '+Inf'
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: count }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ]
  }
}
