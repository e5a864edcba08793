/**
 * An environment packages are installed into. A channel names its targets; a request is resolved once for each.
 * `settings` is read only by the ecosystem that the target belongs to.
 */
export interface Target {
  readonly ecosystem: string;
  /** Short, stable, unique in its channel: `cp311-manylinux_2_28_x86_64`. */
  readonly id: string;
  readonly settings: Readonly<Record<string, string>>;
}
