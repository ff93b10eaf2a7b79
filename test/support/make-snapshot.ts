/** A user of a snapshot, as JSON. */
export interface SnapshotUser {
  id: number
  username: string
  name: string
  email: string | null
  emails?: string[]
  state: string
  type: string
  member: boolean
  last_activity_on: string | null
  last_duo_activity_on: string | null
}

export interface SnapshotSeat {
  add_on_purchase_id: number
  user_id: number
  assigned_at: string | null
}

export function makeUser(id: number, username: string, facts: Partial<SnapshotUser> = {}): SnapshotUser {
  return {
    id,
    username,
    name: username.toUpperCase(),
    email: `${username}@example.com`,
    state: 'active',
    type: 'human',
    member: true,
    last_activity_on: null,
    last_duo_activity_on: null,
    ...facts,
  }
}

export function makePurchase(facts: object = {}) {
  return {
    id: 1,
    add_on: 'duo-pro',
    quantity: 2,
    started_on: '2026-01-01',
    expires_on: '2099-01-01',
    trial: false,
    ...facts,
  }
}

export function makeSeat(userId: number, facts: Partial<SnapshotSeat> = {}): SnapshotSeat {
  return { add_on_purchase_id: 1, user_id: userId, assigned_at: null, ...facts }
}

/** A snapshot of a Self-Managed instance with two Duo Pro seats and no users. */
export function makeSnapshot(facts: object = {}) {
  return {
    schema: 1,
    taken_at: '2026-03-02T08:00:00Z',
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null as string | null,
      plan: 'ultimate',
      gitlab_version: '17.11.2',
      last_sync_at: null,
    },
    add_on_purchases: [makePurchase()],
    users: [] as SnapshotUser[],
    seats: [] as SnapshotSeat[],
    ...facts,
  }
}

/** The subscription of a top-level group on GitLab.com. */
export const groupSubscription = {
  offering: 'gitlab.com',
  url: 'https://gitlab.com',
  group: 'acme',
  plan: 'ultimate',
  gitlab_version: '18.6.0',
  last_sync_at: null,
}
