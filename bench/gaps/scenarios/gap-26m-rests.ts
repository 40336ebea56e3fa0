import { declareGap } from '../declare.js';

export default await declareGap(import.meta.url, '26M', 'rests');
