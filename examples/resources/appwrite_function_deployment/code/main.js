export default async ({ req, res }) => res.json({ greeting: `Hello, ${req.query.name ?? "world"}!` });
