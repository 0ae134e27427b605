/** What the inventory service takes for the name of a product. */
export const SKU = /^[A-Z0-9][A-Z0-9-]{0,63}$/;
