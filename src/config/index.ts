/** Configuration from outside of the app: a YAML file, variables of the environment. */
export type { SignalSettings } from './adapterSettings';
export { readConfigFile } from './configFile';
export {
  ifRegisteredFromEnvironment,
  type IfRegistered,
  samplerFromEnvironment,
  settingsFromEnvironment,
} from './environment';
export { readPluginConfig } from './pluginConfig';
