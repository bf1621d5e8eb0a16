// What it means to give somebody access. Modules of resources take a list of grants and make the role assignments beside the resource.

@export()
@description('One role for one principal. A part narrows it to a child of the resource: a blob container or a queue.')
type grant = {
  @description('Object id in Entra ID.')
  principalId: string

  @description('A managed identity is a service principal.')
  principalType: 'ServicePrincipal' | 'User' | 'Group'

  @description('A key of roles.json.')
  role: string

  @description('The child it is for; absent for the whole resource.')
  part: string?
}
