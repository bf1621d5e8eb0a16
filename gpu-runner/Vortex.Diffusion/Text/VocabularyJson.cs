using System.Text.Json.Serialization;

namespace Vortex.Diffusion.Text;

/// <summary>Reads <c>vocab.json</c> without reflection.</summary>
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class VocabularyJson : JsonSerializerContext;
