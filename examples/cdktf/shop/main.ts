import { App } from "cdktf";
import { environments, Shop } from "./shop";

const app = new App();
environments.each((env) => new Shop(app, env));
app.synth();
