using System.IO.Compression;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_bodies_are_compressed
{
    // Of zeros, so that a thousandth of it goes over the wire.
    private const int BombBytes = 256 * 1024 * 1024;

    private static readonly string[] Encodings =
    [
        "gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "compress", "gzip, gzip", "identity, gzip", "utf-8; gzip", "\u001b[2Jgzip\r\n", new('g', 255),
    ];

    [Fact]
    public async Task They_are_put_aside_unopened_and_orders_between_them_are_stored()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        foreach (var encoding in Encodings)
        {
            await ledger.PutsAsideAsync(Compressed(Some.Body()), "decode.content_encoding_unsupported", properties => properties.ContentEncoding = encoding);
            await ledger.StoresAsync([Some.Order()]);
        }

        await ledger.PutsAsideAsync(Compressed(new byte[BombBytes]), "decode.content_encoding_unsupported", properties => properties.ContentEncoding = "gzip");
        await ledger.PutsAsideAsync(Compressed(Some.Body()), "decode.content_type_unsupported", properties => properties.ContentType = "application/gzip");
        await ledger.PutsAsideAsync(Compressed(Some.Body()), "decode.invalid_utf8");
        await ledger.StoresAsync([Some.Order()]);

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    private static byte[] Compressed(byte[] body)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}
