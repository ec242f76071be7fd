/** What each hospital is owed, in shares of an exam times the sum of the weights. Sums up to nothing. */
export type Credits = Readonly<Record<string, number>>;

export interface Share {
  readonly hospitalId: string;
  /** Positive whole number; 3 to 1 means three exams for one. */
  readonly weight: number;
}

export interface Dealt {
  readonly hospitalId: string;
  readonly credits: Credits;
}

/**
 * The hospital whose turn it is (smooth weighted round robin): everybody who can take the exam gets his weight, who is owed
 * most takes it and pays the sum. Weights 3:1:1 deal A B A C A, never A A A B C. Who cannot take it (nobody on duty) neither
 * gains nor loses. Equal claims go by the order of the ids, so the same state always deals the same way. Undefined when
 * nobody can take it.
 */
export function deal(shares: readonly Share[], credits: Credits): Dealt | undefined {
  const able = shares.filter(({ weight }) => weight > 0).sort((a, b) => (a.hospitalId < b.hospitalId ? -1 : 1));
  const total = able.reduce((sum, { weight }) => sum + weight, 0);
  const owed: Record<string, number> = { ...credits };
  for (const { hospitalId, weight } of able) owed[hospitalId] = (owed[hospitalId] ?? 0) + weight;
  const [first, ...others] = able.map(({ hospitalId }) => hospitalId);
  if (first === undefined) return undefined;
  const chosen = others.reduce((best, one) => (owed[one]! > owed[best]! ? one : best), first);
  owed[chosen] = owed[chosen]! - total;
  return { hospitalId: chosen, credits: owed };
}
