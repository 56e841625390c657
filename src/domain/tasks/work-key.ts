/** Names a task as a piece of work: what its agent calls and asks is kept under it. */
export const workKeyOf = ({ id }: { id: string }): string => `task:${id}`
