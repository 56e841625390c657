/** open → one of the others, once. `superseded`: a newer card replaced it; `cancelled`: its run was stopped. */
export type ApprovalState =
  | 'open'
  | 'approved'
  | 'rejected'
  | 'changed'
  | 'expired'
  | 'superseded'
  | 'cancelled'

/** What a person may answer. `approve_all` approves this and every later question of the same run. */
export const APPROVAL_VERBS = ['approve', 'reject', 'change', 'approve_all'] as const
export type ApprovalVerb = (typeof APPROVAL_VERBS)[number]

/** What the card asks. `v` is the version of the shape: rows outlive programs. */
export interface ApprovalRequest {
  v: 1
  kind: 'plan' | 'retry' | 'budget' | 'delete_project' | 'delete_agent' | 'recovery' | 'tool'
  risk: 'low' | 'high'
  allow: ApprovalVerb[]
  /** Facts of the question; the card is drawn from these, in the reader's language. */
  facts: Record<string, unknown>
}

export interface ApprovalDecision {
  verb: ApprovalVerb | 'expire' | 'cancel' | 'supersede'
  /** The words of a change. */
  text?: string
  /** Who: null when time or a stop decided. */
  userId: string | null
  userName: string
  surface: string
  /** ISO time. */
  at: string
  /** What decided, where it was no click, e.g. a tool call's id: deciding again after a crash finds it done. */
  originKey?: string
  /** True when an earlier "approve all for this run" decided. */
  auto?: boolean
}
