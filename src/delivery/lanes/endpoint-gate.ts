/** Lanes of one endpoint that a process works on at once: as many as the sender keeps connections to it. */
export const LANES_AT_ONCE = 4;

/**
 * Lets a bounded number of workers in per endpoint. Whoever is refused has nothing to wait for: its lane is due in the
 * database, and the gate remembers that somebody was refused, so that those inside look once more before they leave.
 */
export class EndpointGate {
  private readonly inside = new Map<string, number>();
  private readonly refused = new Set<string>();

  constructor(private readonly places: number) {}

  /** True: a place is taken until {@link leave} lets go of it. */
  enter(endpointId: string): boolean {
    const taken = this.inside.get(endpointId) ?? 0;
    if (taken >= this.places) {
      this.refused.add(endpointId);
      return false;
    }
    this.inside.set(endpointId, taken + 1);
    return true;
  }

  /**
   * Asked by somebody inside who has found no more work. False: somebody was refused since the last time it was asked;
   * look again. True: the place is given back. Both at once, so that nobody can be refused in between unnoticed.
   */
  leave(endpointId: string): boolean {
    if (this.refused.delete(endpointId)) return false;
    this.giveBack(endpointId);
    return true;
  }

  /** Gives the place back whatever has happened: the way out after a failure. */
  giveBack(endpointId: string): void {
    const left = (this.inside.get(endpointId) ?? 1) - 1;
    if (left > 0) this.inside.set(endpointId, left);
    else this.inside.delete(endpointId);
  }
}
