export { informationFigures, informationPage } from './page.js';
