/** Fields of `AddOnUser` and of `UserCore`, in every version. */
export const userFields = 'id username name publicEmail state type lastActivityOn'
