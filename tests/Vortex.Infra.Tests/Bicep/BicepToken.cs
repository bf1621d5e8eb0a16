namespace Vortex.Infra.Tests.Bicep;

/// <summary>What a piece of a Bicep file is.</summary>
internal enum BicepKind
{
    Name,
    Text,
    Number,
    Sign,
    LineEnd,
}

/// <summary>A piece of a Bicep file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The characters; of a text those between the quotes.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Inner">The pieces of the expressions inside a text, one list per expression.</param>
internal sealed record BicepToken(BicepKind Kind, string Value, int Line, IReadOnlyList<IReadOnlyList<BicepToken>> Inner)
{
    public bool Is(string sign) => Kind is BicepKind.Sign or BicepKind.Name && Value == sign;
}
