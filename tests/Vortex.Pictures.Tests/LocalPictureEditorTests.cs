using Vortex.Api;
using Vortex.Local.Hosting;

namespace Vortex.Pictures.Tests;

public sealed class LocalPictureEditorTests : PictureEditorConformance
{
    protected override IPictureEditor Make() => new LocalPictureEditor();
}
