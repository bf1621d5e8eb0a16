namespace Vortex.Infra.Tests.Bicep;

/// <summary>What an expression says about others: the symbols it names, the outputs it takes, the entries of its object.</summary>
internal static class BicepExpression
{
    private static readonly HashSet<string> s_words = ["true", "false", "null", "for", "in", "if", "resource", "existing"];

    /// <summary>Returns the symbols that pieces name, with those inside texts; not members, not keys of objects, not what the expression itself declares.</summary>
    public static IEnumerable<BicepToken> Symbols(IReadOnlyList<BicepToken> tokens, IEnumerable<string>? locals = null)
    {
        HashSet<string> own = [.. locals ?? [], .. Locals(tokens)];
        return Named(tokens, own);
    }

    /// <summary>Returns each <c>symbol.outputs.name</c>.</summary>
    public static IEnumerable<(BicepToken Symbol, string Output)> Outputs(IReadOnlyList<BicepToken> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            foreach ((BicepToken, string) inner in tokens[i].Inner.SelectMany(Outputs))
            {
                yield return inner;
            }

            if (tokens[i].Is("outputs") && i >= 2 && tokens[i - 1].Is(".") && i + 2 < tokens.Count && tokens[i + 1].Is(".") && Owner(tokens, i - 2) is { } owner)
            {
                yield return (owner, tokens[i + 2].Value);
            }
        }
    }

    /// <summary>Returns the entries of the first object: keys with the pieces of their values. Of a resource or module that is its body.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<BicepToken>> Entries(IReadOnlyList<BicepToken> tokens)
    {
        Dictionary<string, IReadOnlyList<BicepToken>> entries = [];
        int open = tokens.TakeWhile(token => !token.Is("{")).Count();
        string? key = null;
        List<BicepToken> value = [];
        int depth = 0;
        for (int i = open + 1; i < tokens.Count; i++)
        {
            BicepToken token = tokens[i];
            bool ends = depth == 0 && (token.Kind == BicepKind.LineEnd || token.Is(",") || token.Is("}"));
            if (ends)
            {
                if (key is not null && value.Count > 0)
                {
                    entries[key] = value;
                    (key, value) = (null, []);
                }

                if (token.Is("}"))
                {
                    break;
                }
            }
            else if (key is null && depth == 0 && i + 1 < tokens.Count && tokens[i + 1].Is(":"))
            {
                key = token.Value;
                i++;
            }
            else
            {
                depth += token.Kind != BicepKind.Sign ? 0 : token.Value is "{" or "[" or "(" ? 1 : token.Value is "}" or "]" or ")" ? -1 : 0;
                value.Add(token);
            }
        }

        return entries;
    }

    // Walks back over 'name!', 'name[index]' to the name.
    private static BicepToken? Owner(IReadOnlyList<BicepToken> tokens, int at)
    {
        while (at >= 0 && (tokens[at].Is("!") || tokens[at].Is("]")))
        {
            int depth = 0;
            do
            {
                depth += tokens[at].Is("]") ? 1 : tokens[at].Is("[") ? -1 : 0;
                at--;
            }
            while (at >= 0 && depth > 0);
        }

        return at >= 0 && tokens[at].Kind == BicepKind.Name ? tokens[at] : null;
    }

    private static IEnumerable<string> Locals(IReadOnlyList<BicepToken> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            foreach (string inner in tokens[i].Inner.SelectMany(Locals))
            {
                yield return inner;
            }

            if (tokens[i].Is("for"))
            {
                for (i++; i < tokens.Count && !tokens[i].Is("in"); i++)
                {
                    if (tokens[i].Kind == BicepKind.Name)
                    {
                        yield return tokens[i].Value;
                    }
                }
            }
            else if (tokens[i].Is("=>") && i > 0)
            {
                for (int back = i - 1; back >= 0 && (tokens[back].Kind == BicepKind.Name || tokens[back].Is(",") || tokens[back].Is(")")); back--)
                {
                    if (tokens[back].Kind == BicepKind.Name)
                    {
                        yield return tokens[back].Value;
                    }

                    if (!tokens[i - 1].Is(")"))
                    {
                        break;
                    }
                }
            }
        }
    }

    private static IEnumerable<BicepToken> Named(IReadOnlyList<BicepToken> tokens, HashSet<string> own)
    {
        Stack<string> open = new();
        for (int i = 0; i < tokens.Count; i++)
        {
            BicepToken token = tokens[i];
            foreach (BicepToken inner in token.Inner.SelectMany(list => Named(list, own)))
            {
                yield return inner;
            }

            if (token.Kind == BicepKind.Sign)
            {
                if (token.Value is "{" or "[" or "(")
                {
                    open.Push(token.Value);
                }
                else if (token.Value is "}" or "]" or ")")
                {
                    open.TryPop(out _);
                }
            }
            else if (token.Kind == BicepKind.Name && !s_words.Contains(token.Value) && !own.Contains(token.Value) && !IsMember(tokens, i) && !IsKey(tokens, i, open))
            {
                if (i > 0 && tokens[i - 1].Is("resource"))
                {
                    continue;
                }

                yield return token;
            }
        }
    }

    private static bool IsMember(IReadOnlyList<BicepToken> tokens, int at) =>
        at > 0 && (tokens[at - 1].Is(".") || tokens[at - 1].Is("::") || tokens[at - 1].Is(".?") || (tokens[at - 1].Is("?") && at > 1 && tokens[at - 2].Is(".")));

    private static bool IsKey(IReadOnlyList<BicepToken> tokens, int at, Stack<string> open) =>
        open.TryPeek(out string? around) && around == "{"
        && at > 0 && (tokens[at - 1].Kind == BicepKind.LineEnd || tokens[at - 1].Is("{") || tokens[at - 1].Is(","))
        && at + 1 < tokens.Count && tokens[at + 1].Is(":");
}
