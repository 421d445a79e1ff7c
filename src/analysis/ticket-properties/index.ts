/** What is known of a ticket besides how it trains. */

export { type Coverage, coverageOf, inputVariances } from './coverage.js';
export { type DegreeSpread, degreesOf, type LayerDegrees, spreadOf } from './degrees.js';
export { gradientOf, type LayerGradient, type TicketGradient } from './gradients.js';
export { maskProperties } from './of-mask.js';
export { type Paths, pathsOf } from './paths.js';
export { type Property, type PropertyId, type PropertyValues, propertyIds, ticketProperties } from './table.js';
export type { LayerProperties, PropertyChoices, TicketProperties } from './ticket.js';
export { type UnitCounts, unitsOf } from './units.js';
export { type LayerValues, type TicketValues, valuesOf } from './values.js';
