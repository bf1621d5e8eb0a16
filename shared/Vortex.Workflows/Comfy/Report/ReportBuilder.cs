using System.Collections.Immutable;

namespace Vortex.Workflows.Comfy;

/// <summary>Collects a <see cref="CompatibilityReport"/> while a file is read.</summary>
internal sealed class ReportBuilder
{
    private const int MaxQuoted = 120;
    private readonly List<ReportItem> _items = [];
    private readonly List<NeededModel> _models = [];
    private readonly Dictionary<(string? Folder, string Name), int> _modelIndex = [];
    private readonly List<NeededFile> _files = [];
    private readonly HashSet<string> _fileNames = new(StringComparer.Ordinal);
    private int _unsaid;

    public string? Format { get; set; }

    public void Error(string code, string message, NodeId? node = null, string? port = null) =>
        Add(new ReportItem(code, ReportSeverity.Error, message, node) { Port = port });

    public void Warn(string code, string message, NodeId? node = null, string? port = null) =>
        Add(new ReportItem(code, ReportSeverity.Warning, message, node) { Port = port });

    public void Inform(string code, string message, NodeId? node = null, string? port = null) =>
        Add(new ReportItem(code, ReportSeverity.Info, message, node) { Port = port });

    public void Add(ReportItem item)
    {
        // One place is kept for the item that says how many there are besides.
        if (_items.Count < CompatibilityReport.MaxItems - 1)
        {
            _items.Add(item);
        }
        else
        {
            _unsaid++;
        }
    }

    public void NeedModel(NeededModel model)
    {
        if (_models.Count >= CompatibilityReport.MaxItems)
        {
            return;
        }

        if (_modelIndex.TryAdd((model.Folder, model.Name), _models.Count))
        {
            _models.Add(model);
        }
        else
        {
            int at = _modelIndex[(model.Folder, model.Name)];
            _models[at] = _models[at] with { Url = _models[at].Url ?? model.Url, Hash = _models[at].Hash ?? model.Hash };
        }
    }

    public void NeedFile(NeededFile file)
    {
        if (_files.Count < CompatibilityReport.MaxItems && _fileNames.Add(file.Name))
        {
            _files.Add(file);
        }
    }

    public CompatibilityReport Build()
    {
        foreach (NeededModel model in _models)
        {
            string where = model.Folder is null ? "It belongs to a node of unknown type" : $"It belongs into the model folder '{model.Folder}'";
            string from = model.Url is null ? "." : $"; its author points to {Short(model.Url)}.";
            Warn(ImportCodes.ModelNeeded, $"The model file '{Short(model.Name)}' is needed. {where}{from}", model.Node);
        }

        foreach (NeededFile file in _files)
        {
            Warn(ImportCodes.FileNeeded, $"The input file '{Short(file.Name)}' is needed.", file.Node);
        }

        if (_unsaid > 0)
        {
            _items.Add(new ReportItem(ImportCodes.TooLarge, ReportSeverity.Warning, $"{_unsaid} more items are not listed."));
        }

        return new CompatibilityReport(Format, [.. _items], [.. _models], [.. _files]);
    }

    /// <summary>Cuts text from a file to what a message can carry.</summary>
    public static string Short(string text) => text.Length <= MaxQuoted ? text : string.Concat(text.AsSpan(0, MaxQuoted), "…");
}
