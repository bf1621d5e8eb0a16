using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>Reads what an editor draws: positions, frames and notes.</summary>
internal static class VtxwUiParser
{
    public static NodeUi NodeUi(ref JsonCursor cursor)
    {
        NodeUi ui = new();
        if (!cursor.BeginObject())
        {
            return ui;
        }

        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "x":
                    ui = ui with { X = cursor.Number() ?? 0 };
                    break;
                case "y":
                    ui = ui with { Y = cursor.Number() ?? 0 };
                    break;
                case "width":
                    ui = ui with { Width = cursor.Number() };
                    break;
                case "height":
                    ui = ui with { Height = cursor.Number() };
                    break;
                case "title":
                    ui = ui with { Title = cursor.Text() };
                    break;
                case "color":
                    ui = ui with { Color = cursor.Name() };
                    break;
                case "collapsed":
                    ui = ui with { Collapsed = cursor.Bool() ?? false };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        return ui;
    }

    public static WorkflowUi? Ui(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        ImmutableArray<WorkflowFrame>.Builder groups = ImmutableArray.CreateBuilder<WorkflowFrame>();
        ImmutableArray<WorkflowNote>.Builder notes = ImmutableArray.CreateBuilder<WorkflowNote>();
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "groups" when cursor.BeginArray():
                    while (cursor.NextItem())
                    {
                        Frame(ref cursor, groups);
                    }

                    break;
                case "notes" when cursor.BeginArray():
                    while (cursor.NextItem())
                    {
                        Note(ref cursor, notes);
                    }

                    break;
                case "groups" or "notes":
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        return new WorkflowUi(groups.ToImmutable(), notes.ToImmutable());
    }

    private static void Frame(ref JsonCursor cursor, ImmutableArray<WorkflowFrame>.Builder frames)
    {
        if (!cursor.BeginObject())
        {
            return;
        }

        long start = cursor.Offset;
        WorkflowFrame frame = new("", 0, 0, 0, 0);
        bool hasTitle = false;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "title":
                    hasTitle = true;
                    frame = frame with { Title = cursor.Text() ?? "" };
                    break;
                case "color":
                    frame = frame with { Color = cursor.Name() };
                    break;
                case "x":
                    frame = frame with { X = cursor.Number() ?? 0 };
                    break;
                case "y":
                    frame = frame with { Y = cursor.Number() ?? 0 };
                    break;
                case "width":
                    frame = frame with { Width = cursor.Number() ?? 0 };
                    break;
                case "height":
                    frame = frame with { Height = cursor.Number() ?? 0 };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, hasTitle, "title", "The frame", start);
        frames.Add(frame);
    }

    private static void Note(ref JsonCursor cursor, ImmutableArray<WorkflowNote>.Builder notes)
    {
        if (!cursor.BeginObject())
        {
            return;
        }

        long start = cursor.Offset;
        WorkflowNote note = new("", 0, 0, 0, 0);
        bool hasText = false;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "text":
                    hasText = true;
                    note = note with { Text = cursor.Text() ?? "" };
                    break;
                case "markdown":
                    note = note with { Markdown = cursor.Bool() ?? false };
                    break;
                case "x":
                    note = note with { X = cursor.Number() ?? 0 };
                    break;
                case "y":
                    note = note with { Y = cursor.Number() ?? 0 };
                    break;
                case "width":
                    note = note with { Width = cursor.Number() ?? 0 };
                    break;
                case "height":
                    note = note with { Height = cursor.Number() ?? 0 };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        VtxwParser.Require(ref cursor, hasText, "text", "The note", start);
        notes.Add(note);
    }
}
