/** Ownership of the API's global providers, and guests in providers that another SDK created. */
export { globalProvider } from './globalProviders';
export { putChainsBeforeExporters, putGuestsBeforeExporters } from './guestsBeforeExporters';
export { checkOnlyGuests, checkRegistered, endWith, keepProvider, registeredBefore } from './ownership';
