import { ServerError } from "./errors.ts";
import { isList, isNumber, type Json } from "./json.ts";

/** Points, lines and polygons on a plane, and how they lie to each other, as MariaDB sees it. */

type Point = readonly [x: number, y: number];
type Segment = readonly [from: Point, to: Point];

/** A point has no segments; a polygon's segments are those of its rings, the first of which is the outer one. */
type Shape = {
  readonly kind: "point" | "linestring" | "polygon";
  readonly points: readonly Point[];
  readonly rings: readonly (readonly Point[])[];
};

/**
 * Refuses a condition on where the shapes of a column lie: the server fails on a shape that is none and on a method that is not for
 * shapes, and tells that metres are between points alone.
 */
export function refuseCondition(kind: string, method: string, values: readonly Json[]): void {
  const { other, inMetres, relation } = conditionOf(method, values);
  if (!other || !(relation || method.startsWith("distance"))) throw new ServerError("general_unknown");
  if (inMetres && (kind !== "point" || other.kind !== "point")) {
    const message = `Distance in meters is not supported between ${kind} and ${other.kind}`;
    throw new ServerError("general_query_invalid", { message });
  }
}

/** Does a value meet such a condition? One that is not there meets none. */
export function liesAs(method: string, value: Json, values: readonly Json[]): boolean {
  const { other, limit, inMetres, relation, isNot } = conditionOf(method, values);
  const one = shapeOf(value);
  if (!one || !other) return false;
  if (relation) return relation(one, other) !== isNot;
  return compared(method, inMetres ? metres(one, other) : distance(one, other), limit);
}

function conditionOf(method: string, [first = null]: readonly Json[]) {
  const isDistance = method.startsWith("distance");
  const [asked, limit = 0, inMetres] = isDistance && isList(first) ? first : [first];
  const isNot = method.startsWith("not");
  const relation = relations[isNot ? `${method.charAt(3).toLowerCase()}${method.slice(4)}` : method];
  return { other: shapeOf(asked), limit: Number(limit), inMetres: inMetres === true, relation, isNot };
}

const relations: Readonly<Record<string, (one: Shape, other: Shape) => boolean>> = {
  crosses,
  intersects,
  overlaps,
  touches,
  equal: equals,
  contains,
};

function compared(method: string, way: number, limit: number): boolean {
  if (method === "distanceEqual") return way === limit;
  if (method === "distanceNotEqual") return way !== limit;
  return method === "distanceLessThan" ? way < limit : way > limit;
}

/** The lists that a shape in words (`POINT(1 2)`) stands for; what is none stays. */
export function fromWords(text: string): Json {
  const [, kind = "", inside = ""] = /^\s*(POINT|LINESTRING|POLYGON)\s*\((.*)\)\s*$/is.exec(text) ?? [];
  const points = (list: string) => list.split(",").map((pair) => pair.trim().split(/\s+/).map(Number));
  if (kind === "") return text;
  if (kind.toUpperCase() === "POLYGON")
    return [...inside.matchAll(/\(([^()]*)\)/g)].map(([, ring = ""]) => points(ring));
  return kind.toUpperCase() === "POINT" ? (points(inside)[0] ?? text) : points(inside);
}

/** Reads a shape that is written as nested lists; undefined for what is none. */
function shapeOf(value: Json | undefined): Shape | undefined {
  const point = pointOf(value);
  if (point) return { kind: "point", points: [point], rings: [] };
  const line = pointsOf(value);
  if (line) return { kind: "linestring", points: line, rings: [] };
  const rings = isList(value) ? value.map(pointsOf) : [];
  const whole = rings.filter((ring) => ring !== undefined);
  if (whole.length === 0 || whole.length < rings.length) return undefined;
  return { kind: "polygon", points: whole.flat(), rings: whole };
}

function pointOf(value: Json | undefined): Point | undefined {
  if (!isList(value) || value.length !== 2 || !value.every(isNumber)) return undefined;
  return [Number(value[0]), Number(value[1])];
}

function pointsOf(value: Json | undefined): Point[] | undefined {
  const points = isList(value) ? value.map(pointOf) : [];
  const whole = points.filter((point) => point !== undefined);
  return whole.length > 0 && whole.length === points.length ? whole : undefined;
}

/** The shortest way between two shapes, in degrees. */
function distance(one: Shape, other: Shape): number {
  if (intersects(one, other)) return 0;
  const ways = [
    ...one.points.flatMap((point) => segmentsOf(other).map((segment) => toSegment(point, segment))),
    ...other.points.flatMap((point) => segmentsOf(one).map((segment) => toSegment(point, segment))),
    ...one.points.flatMap((point) => other.points.map((end) => Math.hypot(point[0] - end[0], point[1] - end[1]))),
  ];
  return Math.min(...ways);
}

/** The way between two points over the Earth, in metres. */
function metres({ points: [one = [0, 0]] }: Shape, { points: [other = [0, 0]] }: Shape): number {
  const radians = Math.PI / 180;
  const [longitude, latitude] = [(other[0] - one[0]) * radians, (other[1] - one[1]) * radians];
  const half =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(one[1] * radians) * Math.cos(other[1] * radians) * Math.sin(longitude / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Have two shapes a point in common? */
function intersects(one: Shape, other: Shape): boolean {
  return (
    one.points.some((point) => place(point, other) !== "outside") ||
    other.points.some((point) => place(point, one) !== "outside") ||
    segmentsOf(one).some((first) => segmentsOf(other).some((second) => crossing(first, second)))
  );
}

/** Does a shape hold another, not on its edge alone? */
function contains(outer: Shape, inner: Shape): boolean {
  const samples = samplesOf(inner, outer);
  return (
    samples.every((point) => place(point, outer) !== "outside") &&
    samples.some((point) => place(point, outer) === "inside" && place(point, inner) === "inside")
  );
}

/** Are two shapes the same set of points? */
function equals(one: Shape, other: Shape): boolean {
  const covers = (outer: Shape, inner: Shape) =>
    samplesOf(inner, outer).every((point) => place(point, outer) !== "outside");
  return one.kind === other.kind && covers(one, other) && covers(other, one);
}

/** Do two shapes meet at their edges alone? */
function touches(one: Shape, other: Shape): boolean {
  return intersects(one, other) && !shareInside(one, other);
}

/** Does a line go through another line, or in and out of a polygon? */
function crosses(one: Shape, other: Shape): boolean {
  if (one.kind === "polygon" || (one.kind === other.kind && one.kind !== "linestring")) return false;
  if (!shareInside(one, other) || contains(other, one)) return false;
  return one.kind !== other.kind || !shareSegment(one, other);
}

/** Do two shapes of one kind share a part that neither is in whole? */
function overlaps(one: Shape, other: Shape): boolean {
  if (one.kind !== other.kind || one.kind === "point" || contains(one, other) || contains(other, one)) return false;
  return one.kind === "linestring" ? shareSegment(one, other) : shareInside(one, other);
}

function shareInside(one: Shape, other: Shape): boolean {
  const points = [...samplesOf(one, other), ...samplesOf(other, one)];
  return points.some((point) => place(point, one) === "inside" && place(point, other) === "inside");
}

function shareSegment(one: Shape, other: Shape): boolean {
  return cut(one, other).some(([from, to]) => place(middle(from, to), other) !== "outside");
}

/** Points that tell where a shape lies to another: its corners, where it meets the other's edges, what is between, and one within. */
function samplesOf(shape: Shape, other: Shape): readonly Point[] {
  if (shape.kind === "point") return shape.points;
  const pieces = cut(shape, other);
  const edge = pieces.flatMap(([from, to]) => [from, middle(from, to), to]);
  return shape.kind === "polygon" ? [...edge, ...withinOf(edge, shape)] : edge;
}

/** Points in the inside of a polygon, near those of its edge. */
function withinOf(edge: readonly Point[], shape: Shape): readonly Point[] {
  const step = 1e-7;
  const near = edge.flatMap(([x, y]): Point[] => [
    [x + step, y + step],
    [x - step, y + step],
    [x + step, y - step],
    [x - step, y - step],
  ]);
  return near.filter((point) => place(point, shape) === "inside");
}

/** A shape's segments, cut where they meet another's. */
function cut(shape: Shape, other: Shape): readonly Segment[] {
  return segmentsOf(shape).flatMap((segment) => {
    const [from, to] = segment;
    const cuts = [
      ...segmentsOf(other).flatMap((second): Point[] => {
        const point = crossing(segment, second);
        return point ? [point] : [];
      }),
      ...other.points.filter((point) => toSegment(point, segment) < TOLERANCE),
    ];
    const along = (point: Point) => Math.hypot(point[0] - from[0], point[1] - from[1]);
    const all = [from, ...cuts, to].sort((one, another) => along(one) - along(another));
    return all.slice(1).flatMap((end, at): Segment[] => {
      const start = all[at] ?? from;
      return Math.hypot(end[0] - start[0], end[1] - start[1]) > TOLERANCE ? [[start, end]] : [];
    });
  });
}

const TOLERANCE = 1e-12;

function middle(from: Point, to: Point): Point {
  return [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
}

function segmentsOf({ kind, points, rings }: Shape): readonly Segment[] {
  const lines = kind === "polygon" ? rings : kind === "linestring" ? [points] : [];
  return lines.flatMap((line) => line.slice(1).map((to, at): Segment => [line[at] ?? to, to]));
}

/** Where a point is: the ends of a line that is not closed are its edge. */
function place(point: Point, shape: Shape): "inside" | "edge" | "outside" {
  if (shape.kind === "point") return isSame(point, shape.points[0]) ? "inside" : "outside";
  const isOn = segmentsOf(shape).some((segment) => toSegment(point, segment) < TOLERANCE);
  if (shape.kind === "linestring") {
    const [first, last] = [shape.points[0], shape.points.at(-1)];
    const isClosed = first !== undefined && isSame(first, last);
    if (!isOn) return "outside";
    return !isClosed && (isSame(point, first) || isSame(point, last)) ? "edge" : "inside";
  }
  if (isOn) return "edge";
  return shape.rings.filter((ring) => isWithin(point, ring)).length % 2 === 1 ? "inside" : "outside";
}

function isSame(point: Point, other: Point | undefined): boolean {
  return other !== undefined && Math.hypot(point[0] - other[0], point[1] - other[1]) < TOLERANCE;
}

/** Counts how often a ray from the point meets the ring. */
function isWithin([x, y]: Point, ring: readonly Point[]): boolean {
  return ring.slice(1).reduce((within, [endX, endY], at) => {
    const [startX, startY] = ring[at] ?? [endX, endY];
    const meets = startY > y !== endY > y && x < ((endX - startX) * (y - startY)) / (endY - startY) + startX;
    return meets ? !within : within;
  }, false);
}

function toSegment([x, y]: Point, [[fromX, fromY], [toX, toY]]: Segment): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX ** 2 + alongY ** 2;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - fromX) * alongX + (y - fromY) * alongY) / length));
  return Math.hypot(x - fromX - share * alongX, y - fromY - share * alongY);
}

/** The point where two segments cross; undefined when they do not, or lie along each other. */
function crossing([a, b]: Segment, [c, d]: Segment): Point | undefined {
  const [firstX, firstY, secondX, secondY] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const turn = firstX * secondY - firstY * secondX;
  if (turn === 0) return undefined;
  const first = ((c[0] - a[0]) * secondY - (c[1] - a[1]) * secondX) / turn;
  const second = ((c[0] - a[0]) * firstY - (c[1] - a[1]) * firstX) / turn;
  if (first < 0 || first > 1 || second < 0 || second > 1) return undefined;
  return [a[0] + first * firstX, a[1] + first * firstY];
}
