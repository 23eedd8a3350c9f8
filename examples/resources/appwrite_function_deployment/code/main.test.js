import greet from "./main.js";

const res = { json: (body) => body };
console.assert((await greet({ req: { query: {} }, res })).greeting === "Hello, world!");
