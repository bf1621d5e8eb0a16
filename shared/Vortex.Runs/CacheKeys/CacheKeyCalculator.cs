using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Says what each node of a snapshot will compute, without computing it.</summary>
/// <remarks>
/// <para>
/// <c>key = SHA-256(type, type version, arithmetic, inputs by name)</c>, where an input is the canonical form of its constant, the digest of the
/// file it means, or the key of the node it is linked to with the slot. A prompt adds the names and digests of the files it may mean. A type that is not deterministic adds the run's nonce and its id. Titles,
/// positions, ids and inputs that the type does not declare never count; nor does how a number is spelled.
/// </para>
/// <para>The form is part of stored keys: it does not change without a new <see cref="Prefix"/>. Takes time in proportion to the snapshot.</para>
/// </remarks>
public static class CacheKeyCalculator
{
    private const byte Constant = (byte)'c';
    private const byte File = (byte)'f';
    private const byte Link = (byte)'l';
    private const byte Nonce = (byte)'n';

    private static ReadOnlySpan<byte> Prefix => "vortex-node-key-1\n"u8;

    /// <summary>Returns the key of each node, by position in the graph.</summary>
    /// <exception cref="KeyNotFoundException">The snapshot lacks the facts of a type, or a link points nowhere.</exception>
    public static ImmutableArray<CacheKey> Compute(RunSnapshot snapshot)
    {
        ImmutableArray<ExecutableNode> nodes = snapshot.Graph.Nodes;
        Dictionary<NodeId, int> index = snapshot.Graph.IndexById();
        Dictionary<string, TypeForm> types = snapshot.Environment.Types.ToDictionary(
            type => type.Key, type => new TypeForm(type.Key, type.Value, snapshot.Environment.NumericBackend), StringComparer.Ordinal);
        byte[] hashes = new byte[nodes.Length * SHA256.HashSizeInBytes];
        ImmutableArray<CacheKey>.Builder keys = ImmutableArray.CreateBuilder<CacheKey>(nodes.Length);
        ArrayBufferWriter<byte> form = new(4_096);
        List<string> names = [];
        for (int i = 0; i < nodes.Length; i++)
        {
            form.ResetWrittenCount();
            WriteNode(form, nodes[i], types[nodes[i].Type], snapshot, index, hashes, names);
            Span<byte> hash = hashes.AsSpan(i * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
            SHA256.HashData(form.WrittenSpan, hash);
            keys.Add(new CacheKey(Convert.ToHexStringLower(hash)));
        }

        return keys.MoveToImmutable();
    }

    private static void WriteNode(
        ArrayBufferWriter<byte> form, ExecutableNode node, TypeForm type, RunSnapshot snapshot, Dictionary<NodeId, int> index, byte[] hashes, List<string> names)
    {
        form.Write(type.Head);
        snapshot.Files.TryGetValue(node.Id, out ImmutableSortedDictionary<string, FileRef>? files);
        names.Clear();
        names.AddRange(node.Links.Keys);
        foreach (string name in node.Constants.Keys)
        {
            if (type.Inputs.Contains(name) && !node.Links.ContainsKey(name))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        foreach (string name in names)
        {
            WriteText(form, name);
            if (node.Links.TryGetValue(name, out NodeLink link))
            {
                WriteByte(form, Link);
                form.Write(hashes.AsSpan(index[link.Node] * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes));
                WriteInt(form, link.Slot);
            }
            else if (files is not null && files.TryGetValue(name, out FileRef? file))
            {
                // The content counts, not what it is called here.
                WriteByte(form, File);
                WriteText(form, file.Digest.Value);
            }
            else
            {
                WriteByte(form, Constant);
                WriteConstant(form, node.Constants[name]);
            }
        }

        if (snapshot.PromptFiles.TryGetValue(node.Id, out ImmutableArray<FileRef> prompts))
        {
            WritePromptFiles(form, prompts);
        }

        if (!type.IsDeterministic)
        {
            WriteByte(form, Nonce);
            WriteText(form, snapshot.Nonce);
            WriteText(form, node.Id.Value);
        }
    }

    // Begins with a length that no name of an input has. The name counts here: it is how the prompt finds the file.
    private static void WritePromptFiles(ArrayBufferWriter<byte> form, ImmutableArray<FileRef> files)
    {
        WriteInt(form, -1);
        WriteInt(form, files.Length);
        foreach (FileRef file in files)
        {
            WriteText(form, file.ModelFolder ?? "");
            WriteText(form, file.Name);
            WriteText(form, file.Digest.Value);
        }
    }

    private static void WriteConstant(ArrayBufferWriter<byte> form, JsonElement value)
    {
        // Canonical JSON is a whole value, so that it needs no length before it to be told from what follows.
        CanonicalJson.Write(value, form);
        WriteByte(form, (byte)'\n');
    }

    private static void WriteText(ArrayBufferWriter<byte> form, string text)
    {
        WriteInt(form, text.Length);
        Encoding.UTF8.GetBytes(text.AsSpan(), form);
    }

    private static void WriteInt(ArrayBufferWriter<byte> form, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(form.GetSpan(sizeof(int)), value);
        form.Advance(sizeof(int));
    }

    private static void WriteByte(ArrayBufferWriter<byte> form, byte value)
    {
        form.GetSpan(1)[0] = value;
        form.Advance(1);
    }

    /// <summary>What all nodes of a type share.</summary>
    private sealed class TypeForm
    {
        public TypeForm(string name, NodeTypeFacts facts, string numericBackend)
        {
            ArrayBufferWriter<byte> head = new();
            head.Write(Prefix);
            WriteText(head, name);
            WriteText(head, facts.Version);
            WriteText(head, numericBackend);
            Head = head.WrittenSpan.ToArray();
            Inputs = facts.Inputs.ToHashSet(StringComparer.Ordinal);
            IsDeterministic = facts.IsDeterministic;
        }

        public byte[] Head { get; }

        public HashSet<string> Inputs { get; }

        public bool IsDeterministic { get; }
    }
}
