import type { IConstruct } from "constructs";

/** A construct whose id an application wants to know. */
export interface Exported extends IConstruct {
  /** Under which word: `buckets`. */
  readonly exportedAs: string;
  /** Its id in Appwrite. */
  readonly id: string;
}

/** Does the construct have an id that applications want to know? */
export function isExported(construct: IConstruct): construct is Exported {
  return "exportedAs" in construct && "id" in construct && typeof construct.id === "string";
}
