import { c, type NewRow, type Row, schema, table } from "appwrite-iac/schema";

/** The tables of the shop. Nothing here needs a CDK, so the application imports the same file. */
export const shop = schema({
  authors: table(
    { name: c.varchar(120).required(), email: c.email().required(), books: c.oneToMany("books", { twoWay: "author" }) },
    { byEmail: { type: "unique", on: ["email"] } },
  ),
  books: table(
    {
      title: c.varchar(200).required(),
      state: c.enum("draft", "live").default("draft"),
      price: c.float({ min: 0 }),
      tags: c.varchar(32).array(),
      author: c.manyToOne("authors", { onDelete: "restrict" }),
    },
    { byTitle: { type: "fulltext", on: ["title"] }, byState: { on: ["state", "$createdAt"], orders: ["asc", "desc"] } },
    { name: "Books", rowSecurity: true },
  ),
});

export type Book = Row<typeof shop, "books">;
export type NewBook = NewRow<typeof shop, "books">;
