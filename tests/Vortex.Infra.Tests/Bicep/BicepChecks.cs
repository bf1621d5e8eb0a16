using System.Text.RegularExpressions;

namespace Vortex.Infra.Tests.Bicep;

/// <summary>What can be said to be wrong with Bicep files without knowing Azure's types.</summary>
internal static partial class BicepChecks
{
    // What the language brings along, as far as it is used here. A new one is added when it is first used.
    private static readonly HashSet<string> s_builtIn =
    [
        "string", "int", "bool", "object", "array",
        "az", "base64", "concat", "contains", "empty", "environment", "filter", "flatten", "guid", "indexOf", "items", "json", "loadJsonContent", "loadTextContent", "map", "max", "newGuid",
        "resourceGroup", "split", "subscription", "subscriptionResourceId", "take", "tenant", "toLower", "union", "uniqueString",
        "allowed", "batchSize", "description", "export", "maxLength", "maxValue", "minLength", "minValue", "onlyIfNotExists", "secure",
    ];

    /// <summary>Returns one line per problem, with file and line.</summary>
    public static IReadOnlyList<string> Problems(BicepProject project) => [.. project.Files.Values.SelectMany(file => Problems(project, file))];

    private static IEnumerable<string> Problems(BicepProject project, BicepFile file) =>
    [
        .. Undefined(file),
        .. Unused(file),
        .. Undescribed(file),
        .. Versions(project, file),
        .. Imports(project, file),
        .. Modules(project, file),
        .. Outputs(project, file),
        .. Secrets(file),
    ];

    private static IEnumerable<string> Undefined(BicepFile file)
    {
        HashSet<string> known = [.. s_builtIn, .. file.Declarations.Where(one => one.Declares != BicepDeclares.Output).Select(one => one.Name)];
        return file.Declarations.SelectMany(Uses).Where(token => !known.Contains(token.Value)).Select(token => At(file, token.Line, $"'{token.Value}' is declared nowhere"));
    }

    private static IEnumerable<string> Unused(BicepFile file)
    {
        // A resource inside another is named by its own piece; what is exported is used elsewhere.
        foreach (BicepDeclaration one in file.Declarations.Where(one =>
            one.Declares is BicepDeclares.Param or BicepDeclares.Var or BicepDeclares.Import or BicepDeclares.Type or BicepDeclares.Func || one is { Declares: BicepDeclares.Resource, IsExisting: true }))
        {
            bool used = file.Declarations.Where(other => other != one).SelectMany(Uses).Any(token => token.Value == one.Name)
                || (one.IsNested && file.Tokens.Where((token, at) => at > 0 && token.Value == one.Name && file.Tokens[at - 1].Is("::")).Any())
                || (one.IsExisting && file.All(BicepDeclares.Resource).Any(other => other.IsNested && one.Value!.Any(token => token.Value == other.Name && !other.IsExisting)));
            if (!used && !one.Has("export"))
            {
                yield return At(file, one.Line, $"'{one.Name}' is used nowhere");
            }
        }
    }

    private static IEnumerable<string> Undescribed(BicepFile file) => file.Declarations
        .Where(one => one.Declares is BicepDeclares.Param or BicepDeclares.Output && !one.Decorators.Any(tag => tag.Key == "description" && tag.Value is [{ Kind: BicepKind.Text, Value.Length: > 3 }]))
        .Select(one => At(file, one.Line, $"'{one.Name}' has no description"));

    private static IEnumerable<string> Versions(BicepProject project, BicepFile file)
    {
        Dictionary<string, string> first = [];
        foreach (BicepDeclaration made in project.Files.Values.SelectMany(one => one.All(BicepDeclares.Resource)).Where(one => one.Of.Contains('@', StringComparison.Ordinal)))
        {
            first.TryAdd(made.Of.Split('@')[0], made.Of);
        }

        foreach (BicepDeclaration made in file.All(BicepDeclares.Resource))
        {
            if (!PinnedType().IsMatch(made.Of))
            {
                yield return At(file, made.Line, $"'{made.Of}' has no version");
            }
            else if (first[made.Of.Split('@')[0]] != made.Of)
            {
                yield return At(file, made.Line, $"'{made.Of}' is used with another version elsewhere");
            }
        }
    }

    private static IEnumerable<string> Imports(BicepProject project, BicepFile file)
    {
        foreach (BicepDeclaration import in file.All(BicepDeclares.Import))
        {
            BicepFile? other = project.Follow(file, import.Of);
            if (other?.Find(import.Locals[0]) is not { } exported || !exported.Has("export"))
            {
                yield return At(file, import.Line, other is null ? $"'{import.Of}' does not exist" : $"'{import.Of}' exports no '{import.Locals[0]}'");
            }
        }
    }

    private static IEnumerable<string> Modules(BicepProject project, BicepFile file)
    {
        foreach (BicepDeclaration module in file.All(BicepDeclares.Module))
        {
            if (project.Follow(file, module.Of) is not { } made)
            {
                yield return At(file, module.Line, $"'{module.Of}' does not exist");
                continue;
            }

            IReadOnlyDictionary<string, IReadOnlyList<BicepToken>> given = BicepExpression.Entries(module.Value!).TryGetValue("params", out IReadOnlyList<BicepToken>? value)
                ? BicepExpression.Entries(value)
                : new Dictionary<string, IReadOnlyList<BicepToken>>();
            foreach (BicepDeclaration param in made.All(BicepDeclares.Param))
            {
                if (!given.TryGetValue(param.Name, out IReadOnlyList<BicepToken>? argument))
                {
                    if (param.Value is null)
                    {
                        yield return At(file, module.Line, $"'{module.Name}' does not give '{param.Name}' to {made.Path}");
                    }
                }
                else if (Unfit(param, argument) is { } why)
                {
                    yield return At(file, argument[0].Line, $"'{param.Name}' of {made.Path} {why}");
                }
            }

            foreach (string name in given.Keys.Where(name => made.Find(name) is not { Declares: BicepDeclares.Param }))
            {
                yield return At(file, module.Line, $"{made.Path} has no parameter '{name}'");
            }
        }
    }

    // Only what a lone constant shows.
    private static string? Unfit(BicepDeclaration param, IReadOnlyList<BicepToken> argument)
    {
        if (argument is not [{ Inner.Count: 0 } only])
        {
            return null;
        }

        string? kind = only.Kind switch
        {
            BicepKind.Text => "string",
            BicepKind.Number => "int",
            BicepKind.Name when only.Value is "true" or "false" => "bool",
            _ => null,
        };
        if (kind is not null && kind != param.Of && param.Of is "string" or "int" or "bool")
        {
            return $"is {param.Of} and is given {kind}";
        }

        IReadOnlyList<BicepToken> allowed = param.Decorators.FirstOrDefault(tag => tag.Key == "allowed").Value ?? [];
        string[] values = [.. allowed.Where(token => token.Kind is BicepKind.Text or BicepKind.Number).Select(token => token.Value)];
        return kind is not null && values.Length > 0 && !values.Contains(only.Value) ? $"does not allow '{only.Value}'" : null;
    }

    private static IEnumerable<string> Outputs(BicepProject project, BicepFile file)
    {
        foreach ((BicepToken symbol, string output) in file.Declarations.Where(one => one.Value is not null && !one.IsNested).SelectMany(one => BicepExpression.Outputs(one.Value!)))
        {
            if (file.Find(symbol.Value) is { Declares: BicepDeclares.Module } module
                && project.Follow(file, module.Of) is { } made
                && !made.All(BicepDeclares.Output).Any(one => one.Name == output))
            {
                yield return At(file, symbol.Line, $"{made.Path} has no output '{output}'");
            }
        }
    }

    private static IEnumerable<string> Secrets(BicepFile file)
    {
        foreach (BicepToken call in Flat(file.Tokens).Where(token => token.Kind == BicepKind.Name && SecretCall().IsMatch(token.Value)))
        {
            yield return At(file, call.Line, $"'{call.Value}' reads a secret; identities need none");
        }

        string[] secure = [.. file.All(BicepDeclares.Param).Where(one => one.Has("secure")).Select(one => one.Name)];
        foreach (BicepDeclaration output in file.All(BicepDeclares.Output))
        {
            if (output.Has("secure") || Uses(output).Any(token => secure.Contains(token.Value)) || Flat(output.Value!).Any(token => SecretMember().IsMatch(token.Value)))
            {
                yield return At(file, output.Line, $"output '{output.Name}' gives a secret away");
            }
        }
    }

    private static IEnumerable<BicepToken> Uses(BicepDeclaration one) =>
    [
        .. BicepExpression.Symbols(one.TypePieces),
        .. one.Value is null ? [] : BicepExpression.Symbols(one.Value, one.Declares == BicepDeclares.Func ? one.Locals : []),
        .. one.Decorators.SelectMany(tag => BicepExpression.Symbols(tag.Value)),
    ];

    private static IEnumerable<BicepToken> Flat(IEnumerable<BicepToken> tokens) => tokens.SelectMany(token => token.Inner.SelectMany(Flat).Prepend(token));

    private static string At(BicepFile file, int line, string what) => $"{file.Path}({line}): {what}";

    [GeneratedRegex(@"^[A-Za-z]+\.[A-Za-z]+(/[A-Za-z]+)+@\d{4}-\d{2}-\d{2}(-preview)?$")]
    private static partial Regex PinnedType();

    [GeneratedRegex("^(list[A-Z][A-Za-z]*|getSecret)$")]
    private static partial Regex SecretCall();

    [GeneratedRegex("(?i)^(primaryKey|secondaryKey|primaryMasterKey|sharedKey|instrumentationKey|password|clientSecret|primaryConnectionString)$")]
    private static partial Regex SecretMember();
}
