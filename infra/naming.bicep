// Every name that the deployment gives, in one place. Whoever has a naming standard changes this file and abbreviations.json, and nothing else.

@export()
@description('The names of what is made.')
type names = {
  budget: string
  containerRegistry: string
  cosmosAccount: string
  dataStorage: string
  durableTaskScheduler: string
  functionApp: string
  functionIdentity: string
  functionPlan: string
  hostStorage: string
  applicationInsights: string
  keyVault: string
  logAnalytics: string
  overflowEnvironment: string
  overflowGpuRunner: string
  overflowNetwork: string
  platformIdentity: string
  cpuRunner: string
  gpuRunner: string
  network: string
  runnerEnvironment: string
  runnerIdentity: string
  serviceBus: string
  signalR: string
}

@export()
@description('Returns all names. A token of subscription, environment and region makes them unique in the world; a short piece of the environment makes them readable.')
func namesOf(abbreviations object, prefix string, environment string, token string) names => {
  budget: dashed(abbreviations.budget, prefix, environment, token)
  containerRegistry: solid(abbreviations.containerRegistry, prefix, token)
  cosmosAccount: dashed(abbreviations.cosmosAccount, prefix, environment, token)
  dataStorage: solid(abbreviations.storageAccount, '${prefix}d', token)
  durableTaskScheduler: dashed(abbreviations.durableTaskScheduler, prefix, environment, token)
  functionApp: dashed(abbreviations.functionApp, prefix, environment, token)
  functionIdentity: dashed(abbreviations.managedIdentity, '${prefix}-functions', environment, token)
  functionPlan: dashed(abbreviations.functionPlan, prefix, environment, token)
  hostStorage: solid(abbreviations.storageAccount, '${prefix}h', token)
  applicationInsights: dashed(abbreviations.applicationInsights, prefix, environment, token)
  keyVault: take('${abbreviations.keyVault}-${prefix}-${token}', 24)
  logAnalytics: dashed(abbreviations.logAnalytics, prefix, environment, token)
  overflowEnvironment: take('${abbreviations.containerAppsEnvironment}-over-${token}', 32)
  overflowGpuRunner: take('${abbreviations.containerApp}-gpu-over-${token}', 32)
  overflowNetwork: dashed(abbreviations.virtualNetwork, '${prefix}-over', environment, token)
  platformIdentity: dashed(abbreviations.managedIdentity, '${prefix}-platform', environment, token)
  cpuRunner: take('${abbreviations.containerApp}-cpu-${token}', 32)
  gpuRunner: take('${abbreviations.containerApp}-gpu-${token}', 32)
  network: dashed(abbreviations.virtualNetwork, prefix, environment, token)
  runnerEnvironment: take('${abbreviations.containerAppsEnvironment}-${token}', 32)
  runnerIdentity: dashed(abbreviations.managedIdentity, '${prefix}-runner', environment, token)
  serviceBus: dashed(abbreviations.serviceBus, prefix, environment, token)
  signalR: dashed(abbreviations.signalR, prefix, environment, token)
}

@description('A name with dashes, at most 44 characters: the shortest limit among the services that take it (Cosmos DB).')
func dashed(abbreviation string, prefix string, environment string, token string) string =>
  toLower('${abbreviation}-${prefix}-${take(environment, 8)}-${token}')

@description('A name of letters and digits, at most 24 characters: storage accounts and registries.')
func solid(abbreviation string, prefix string, token string) string =>
  take(toLower('${abbreviation}${prefix}${token}'), 24)
