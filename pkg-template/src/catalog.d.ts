/** The bundled model database as one text. The build writes it from `src/catalog/bundled` of the crate. */
declare const text: string;
export default text;
