namespace Vortex.Infra.Tests.Bicep;

/// <summary>What a declaration declares.</summary>
internal enum BicepDeclares
{
    Param,
    Var,
    Resource,
    Module,
    Output,
    Type,
    Func,
    Import,
}

/// <summary>A declaration of a Bicep file, with its expressions as pieces.</summary>
internal sealed record BicepDeclaration(BicepDeclares Declares, string Name, int Line)
{
    /// <summary>Gets what stands before it, such as <c>@description('…')</c>: name and pieces between the brackets.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<BicepToken>>> Decorators { get; init; } = [];

    /// <summary>Gets the type of a parameter or output, the type with version of a resource (in full, also where it stands in another), the path of a module or import.</summary>
    public string Of { get; init; } = "";

    /// <summary>Gets the pieces of the type, where it is one that can name others.</summary>
    public IReadOnlyList<BicepToken> TypePieces { get; init; } = [];

    /// <summary>Gets the pieces behind the equals sign; null where there is none.</summary>
    public IReadOnlyList<BicepToken>? Value { get; init; }

    /// <summary>Gets whether a resource is not made here.</summary>
    public bool IsExisting { get; init; }

    /// <summary>Gets whether a resource stands inside another.</summary>
    public bool IsNested { get; init; }

    /// <summary>Gets what the declaration itself calls something: parameters of a function.</summary>
    public IReadOnlyList<string> Locals { get; init; } = [];

    public bool Has(string decorator) => Decorators.Any(one => one.Key == decorator);
}

/// <summary>A Bicep file as far as its structure goes.</summary>
/// <param name="Path">Where it lies, below the folder of the project, with slashes.</param>
/// <param name="Declarations">What it declares, in order; nested resources too.</param>
/// <param name="Tokens">All pieces.</param>
internal sealed record BicepFile(string Path, IReadOnlyList<BicepDeclaration> Declarations, IReadOnlyList<BicepToken> Tokens)
{
    public IEnumerable<BicepDeclaration> All(BicepDeclares what) => Declarations.Where(one => one.Declares == what);

    public BicepDeclaration? Find(string name) => Declarations.FirstOrDefault(one => one.Name == name && one.Declares != BicepDeclares.Output);
}
