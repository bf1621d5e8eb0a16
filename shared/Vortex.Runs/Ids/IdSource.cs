using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vortex.Runs;

/// <summary>Makes ids that sort by time: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32 (a ULID).</summary>
/// <remarks>Ids of one source that are made within one millisecond still sort in the order they were made. Safe for use from many threads.</remarks>
public sealed class IdSource(TimeProvider time)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    private readonly Lock _gate = new();
    private UInt128 _last;

    /// <summary>Makes a run's id.</summary>
    public RunId NewRunId() => new("run_" + Next());

    /// <summary>Makes a stored workflow's id.</summary>
    public WorkflowId NewWorkflowId() => new("wf_" + Next());

    /// <summary>Makes a hook's id.</summary>
    /// <exception cref="ArgumentException">The workspace's ids are not well-formed.</exception>
    public HookId NewHookId(WorkspaceId workspace) => HookId.Of(workspace, Next());

    /// <summary>Makes an unguessable text of 32 hex characters.</summary>
    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private string Next()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        UInt128 fresh = ((UInt128)(ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << 80) | (BinaryPrimitives.ReadUInt128BigEndian(random) >> 48);
        lock (_gate)
        {
            // In the same millisecond, or when the clock went back: one more than the last.
            _last = fresh >> 80 > _last >> 80 ? fresh : _last + 1;
            fresh = _last;
        }

        return string.Create(Length, fresh, static (text, value) =>
        {
            for (int i = Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(value & 31)];
                value >>= 5;
            }
        });
    }
}
