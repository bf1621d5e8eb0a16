using Vortex.Testing;

namespace Vortex.Embedded.Tests;

/// <summary>A data folder that goes away with its test.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly List<EmbeddedStore> _opened = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("vortex-embedded-").FullName;

    public DataFolder Data => new(Path);

    public async Task<EmbeddedStore> OpenAsync(TimeProvider? time = null, EmbeddedOptions? options = null)
    {
        EmbeddedStore store = await EmbeddedStore.OpenAsync(Data, options, time ?? new ManualTimeProvider(Some.Time));
        _opened.Add(store);
        return store;
    }

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        Directory.Delete(Path, recursive: true);
    }
}
