/** Configuration from outside the app: YAML files and environment variables. */
export type { SignalSettings } from './signalSettings';
export { readConfigFile } from './configFile';
export { type DeclarativeFile, readDeclarativeFile } from './declarativeFile';
export {
  ifRegisteredFromEnvironment,
  type IfRegistered,
  samplerFromEnvironment,
  settingsFromEnvironment,
} from './environment';
export { readPluginConfig } from './pluginConfig';
