# The door to Vortex on Windows: checks the SDK, builds when a source is newer than the build, runs the command.
$ErrorActionPreference = 'Stop'
$here = $PSScriptRoot
$app = Join-Path $here 'local-dev/Vortex.Local/bin/Release/net10.0/vortex.dll'

function Stop-WithoutSdk([string] $why) {
    [Console]::Error.WriteLine("vortex: $why")
    [Console]::Error.WriteLine('Vortex needs the .NET SDK 10.0 or later. Install it, then run this command again:')
    [Console]::Error.WriteLine('  Windows      winget install Microsoft.DotNet.SDK.10')
    [Console]::Error.WriteLine('  any system   https://dotnet.microsoft.com/download/dotnet/10.0')
    exit 2
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Stop-WithoutSdk "there is no 'dotnet' command on this machine." }
$newest = (dotnet --list-sdks | ForEach-Object { [int]($_ -split '\.')[0] } | Measure-Object -Maximum).Maximum
if (-not $newest -or $newest -lt 10) { Stop-WithoutSdk "the newest .NET SDK here is $newest." }

$env:DOTNET_NOLOGO = '1'
$stale = -not (Test-Path $app)
if (-not $stale) {
    $built = (Get-Item $app).LastWriteTimeUtc
    $stale = [bool](Get-ChildItem (Join-Path $here 'shared'), (Join-Path $here 'gpu-runner'), (Join-Path $here 'local-dev') -Recurse -File |
        Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' -and $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1)
}
if (-not $env:VORTEX_NO_BUILD -and $stale) {
    [Console]::Error.WriteLine('vortex: building (the first time takes about a minute) ...')
    $log = dotnet build (Join-Path $here 'local-dev/Vortex.Local/Vortex.Local.csproj') -c Release -v quiet --nologo 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('vortex: the build failed; the lines above say why.')
        exit 2
    }
    (Get-Item $app).LastWriteTimeUtc = [DateTime]::UtcNow
}
dotnet $app @args
exit $LASTEXITCODE
