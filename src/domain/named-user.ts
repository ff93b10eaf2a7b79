export interface NamedUser {
  userId: number
  username: string
}
