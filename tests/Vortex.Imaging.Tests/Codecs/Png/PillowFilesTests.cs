using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Tests.Codecs.Png;

/// <summary>Files that Pillow 9.4 and ImageMagick 6.9 wrote, and the RGB and alpha that Pillow reads from them.</summary>
public sealed class PillowFilesTests
{
    [Theory]
    [InlineData(
        "16-bit grey",
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADEAAAAADMEV0eAAAAF0lEQVR4nGM8lMcuyHB/siEvY5+avSMAIuEEL8zVASsAAAAASUVORK5CYII=",
        "w8PDysrK4ODgMTExjo6Ozs7O",
        "")]
    [InlineData(
        "palette with transparency",
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEXf3M3LxLyyrKaWkpPpVPv+AAAAAnRSTlMAgJsrThgAAAAWSURBVHicY/gVwABELx0YXjIwLGEAAC6GBUuQdT8cAAAAAElFTkSuQmCC",
        "lpKTlpKTsqymsqymy8S8y8S839zNlpKTlpKTsqymsqymy8S8y8S839zNlpKTsqymsqymy8S8y8S839zN39zNlpKTsqymsqymy8S839zN39zN39zNsqymsqymy8S839zN39zN39zN39zN",
        "/////4CAAP////+AgAD///+AgAAA////gAAAAP//gAAAAAA=")]
    [InlineData(
        "interlaced palette of 4 bits",
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAMAAAHJQzZ8AAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAAM1BMVEWJkIuOjImmpJ2nm6XAsbPEx77a2sWMhIW4sqnCvbXW0sHf1Myrrp3YysDm7N3i3sz////nl4KvAAAAAWJLR0QQlbINLAAAAAd0SU1FB+oLFAwfEApXhAMAAAAtSURBVAjXBcGHAQAgCMCwMhwIyv/fmgCONjqJh9RNxAYWyb7NEt1xEisfJ98HFFkBCdaLLyIAAAAldEVYdGRhdGU6Y3JlYXRlADIwMjYtMTEtMjBUMTI6MzA6NTMrMDA6MDAFbTFuAAAAJXRFWHRkYXRlOm1vZGlmeQAyMDI2LTExLTIwVDEyOjMwOjUzKzAwOjAwdDCJ0gAAAABJRU5ErkJggg==",
        "iZCLjoyJpqSdp5ulwLGzxMe+2trFjISFjoyJpqSduLKpwr211tLB39TMjoyJp5ulq66dwr212MrA39TM39TMp5ulq66dwLGzxMe+1tLB39TM5uzdpqSduLKpwr212MrA4t7M4t7M5uzd",
        "")]
    [InlineData(
        "interlaced grey and alpha of 16 bits",
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADEAQAAAE0dPrfAAAABGdBTUEAALGPC/xhBQAAAAJiS0dE//8UqzHNAAAAJUlEQVQI12Oora2pYZgypbubYc6c9nYmTk5RUcbe3p4ePj5ubgCbKQkaSvoajgAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yMFQxMjozMDo1MyswMDowMAVtMW4AAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjBUMTI6MzA6NTMrMDA6MDB0MInSAAAAAElFTkSuQmCC",
        "fX19nJycjY2Nm5ublJSUpaWl",
        "fIeMl4uc")]
    [InlineData(
        "interlaced grey of 1 bit",
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAAHb9pmSAAAABGdBTUEAALGPC/xhBQAAAAJiS0dEAAHdihOkAAAAB3RJTUUH6gsUDB8NaVHo2gAAAAxJREFUCNdjYCAFAAAALgAB4v1FkwAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yMFQxMjozMDo1MyswMDowMAVtMW4AAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjBUMTI6MzA6NTMrMDA6MDB0MInSAAAAAElFTkSuQmCC",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "")]
    [InlineData(
        "RGBA",
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAI0lEQVR4nGOsrWlokOfmEmcREGD+85+b6RsL+39uQS5WQUEAZl4Gws8fQP8AAAAASUVORK5CYII=",
        "fXyAnIeKjYyDm5eMlIuOpZyf",
        "gJd8jY2e")]
    public void What_Pillow_reads_is_read_here(string kind, string file, string rgb, string alpha)
    {
        DecodedImage picture = ImageFile.Decode(Convert.FromBase64String(file));
        byte[] expectedAlpha = Convert.FromBase64String(alpha);

        Assert.True(Convert.FromBase64String(rgb).Select(value => value / 255f).SequenceEqual(picture.ToImageBatch().Values), kind);
        Assert.Equal(expectedAlpha.Length == 0 ? null : expectedAlpha.Select(value => 1f - (value / 255f)), picture.ToMask()?.Values);
    }
}
