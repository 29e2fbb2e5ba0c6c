/** Always knows its smallest member: what merges sorted sequences. */
export class Heap<T> {
  readonly #members: T[] = [];
  readonly #compare: (one: T, other: T) => number;

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  get smallest(): T | undefined {
    return this.#members[0];
  }

  push(member: T): void {
    let at = this.#members.push(member) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfSmaller(at, above)) return;
      at = above;
    }
  }

  /** Takes the smallest out. */
  pop(): void {
    const last = this.#members.pop();
    if (last === undefined || this.#members.length === 0) return;
    this.#members[0] = last;
    this.settle();
  }

  /** Finds the place of the smallest member, which has grown. */
  settle(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let smaller = left;
      if (right < this.#members.length && this.#isSmaller(right, left)) smaller = right;
      if (left >= this.#members.length || !this.#swapIfSmaller(smaller, at)) return;
      at = smaller;
    }
  }

  #isSmaller(one: number, other: number): boolean {
    const [a, b] = [this.#members[one], this.#members[other]];
    return a !== undefined && b !== undefined && this.#compare(a, b) < 0;
  }

  #swapIfSmaller(below: number, above: number): boolean {
    const [a, b] = [this.#members[below], this.#members[above]];
    if (a === undefined || b === undefined || this.#compare(a, b) >= 0) return false;
    this.#members[above] = a;
    this.#members[below] = b;
    return true;
  }
}
