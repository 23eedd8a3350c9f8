export { createLogger, type Level, type Logger } from "./logging.ts";
export { encodeSchemaResponse } from "./schema-message.ts";
export { serve } from "./serve.ts";
export { createRoutes } from "./server.ts";
