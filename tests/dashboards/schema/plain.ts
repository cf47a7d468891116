/** A type as it stands in JSON: an enum is the text or the number of one of its members. */
export type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends Array<infer Element>
      ? Array<Plain<Element>>
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T;

/** What a panel may leave out, because Grafana fills it with its default. */
export type Some<T> = Partial<Plain<T>>;
