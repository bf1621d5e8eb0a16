using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Vortex.Nodes;

/// <summary>The help text of a node: its method's XML documentation, read from the file beside the assembly.</summary>
/// <remarks>Without that file nodes work and have no help text.</remarks>
internal sealed partial class NodeHelp
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> s_documents = new();
    private readonly XElement? _member;

    private NodeHelp(XElement? member) => _member = member;

    public string? Summary => Text(_member?.Element("summary"), _member?.Element("remarks"));

    public static NodeHelp Of(MethodInfo method)
    {
        Dictionary<string, XElement> members = s_documents.GetOrAdd(method.DeclaringType!.Assembly, Load);
        // Node methods are not overloaded, so the name up to the parameter list identifies them.
        return new NodeHelp(members.GetValueOrDefault($"M:{method.DeclaringType!.FullName}.{method.Name}"));
    }

    public string? Parameter(string name) =>
        Text(_member?.Elements("param").FirstOrDefault(element => (string?)element.Attribute("name") == name));

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        Dictionary<string, XElement> members = new(StringComparer.Ordinal);
        string file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
        {
            return members;
        }

        try
        {
            foreach (XElement member in XDocument.Load(file).Descendants("member"))
            {
                string name = (string?)member.Attribute("name") ?? "";
                int parenthesis = name.IndexOf('(', StringComparison.Ordinal);
                members[parenthesis < 0 ? name : name[..parenthesis]] = member;
            }
        }
        catch (XmlException)
        {
            // A damaged documentation file costs the help text, not the node.
        }

        return members;
    }

    private static string? Text(params ReadOnlySpan<XElement?> elements)
    {
        List<string> parts = [];
        foreach (XElement? element in elements)
        {
            if (element is null)
            {
                continue;
            }

            foreach (XElement see in element.Descendants("see").Concat(element.Descendants("paramref")).ToList())
            {
                string? target = (string?)see.Attribute("langword") ?? (string?)see.Attribute("name") ?? ((string?)see.Attribute("cref"))?.Split('.')[^1];
                see.ReplaceWith(new XText(see.Value.Length > 0 ? see.Value : target ?? ""));
            }

            string text = Spaces().Replace(element.Value, " ").Trim();
            if (text.Length > 0)
            {
                parts.Add(text);
            }
        }

        return parts.Count == 0 ? null : string.Join("\n\n", parts);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
