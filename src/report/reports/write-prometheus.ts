import { countWords } from '../../domain/count-words.ts'
import { addressScope } from '../../domain/snapshot.ts'
import type { StatusReport } from '../../domain/status-report.ts'
import { type AddOnStatus, countAssignable } from '../../domain/store-status.ts'
import type { Page } from '../page.ts'

interface Metric {
  name: string
  help: string
  samples: readonly { labels: Readonly<Record<string, string>>; value: number }[]
}

/**
 * The text format of Prometheus, which the textfile collector of the node exporter reads. It is OpenMetrics as well: gauges only,
 * and `# EOF` at the end (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 */
export async function writePrometheus(report: StatusReport, { output }: Page): Promise<void> {
  for (const { name, help, samples } of listMetrics(report)) {
    if (samples.length === 0) continue
    const lines = samples.map(({ labels, value }) => `${name}{${writeLabels(labels)}} ${value}\n`)
    await output.write(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`)
  }
  await output.write('# EOF\n')
}

function listMetrics(report: StatusReport): Metric[] {
  const { syncedAt, inactiveForDays } = report
  const scope = addressScope(report.subscription)
  const ofAddOns = (name: string, help: string, read: (addOn: AddOnStatus) => number | null): Metric => ({
    name: `duo_seats_${name}`,
    help,
    samples: report.addOns.flatMap((addOn) => {
      const value = read(addOn)
      return value === null ? [] : [{ labels: { add_on: addOn.purchase.addOn, scope }, value }]
    }),
  })
  const idle = ofAddOns(
    'idle_seats',
    `Seats without use for ${countWords(inactiveForDays, 'day')}.`,
    (addOn) => addOn.idle,
  )
  const days = String(inactiveForDays)
  return [
    ofAddOns('bought_seats', 'Seats bought.', ({ purchase }) => purchase.quantity),
    ofAddOns('held_seats', 'Seats held, with pending changes done.', ({ purchase }) => purchase.assigned),
    ofAddOns('free_seats', 'Seats free; below 0 if more are held than bought.', (addOn) =>
      countAssignable(addOn, report.now),
    ),
    ofAddOns('pending_changes', 'Changes that GitLab has not confirmed.', ({ pending }) => pending),
    { ...idle, samples: idle.samples.map(({ labels, value }) => ({ labels: { ...labels, days }, value })) },
    ofAddOns(
      'unrecorded_use_seats',
      'Seats of holders without recorded use.',
      ({ holders }) => holders.withoutRecord,
    ),
    ofAddOns('ineligible_holders', 'Holders who are not eligible.', ({ holders }) => holders.notEligible),
    ofAddOns(
      'expiry_timestamp_seconds',
      'Unix time from which the purchase is over; missing if unknown.',
      ({ purchase }) => (purchase.expiresOn === null ? null : toSeconds(purchase.expiresOn)),
    ),
    {
      name: 'duo_seats_last_sync_timestamp_seconds',
      help: 'Unix time of the last sync.',
      samples: [{ labels: { scope }, value: toSeconds(syncedAt) }],
    },
    {
      name: 'duo_seats_condition_met',
      help: 'Whether a condition of the command is met: 1 or 0.',
      samples: report.conditions.map(({ name, addOn, isMet }) => ({
        labels: { condition: name, ...(addOn !== null && { add_on: addOn }), scope },
        value: isMet ? 1 : 0,
      })),
    },
  ]
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}
