using BenchmarkDotNet.Attributes;
using Infrastructure.Postgres;
using Worker.Intake.Decoding;

namespace Benchmarks.Micro;

/// <summary>From a body to a row, checks and content hash included.</summary>
public class DecoderBenchmarks
{
    private readonly CopyBuffer _rows = new(64 * 1024);
    private byte[] _plain = [];
    private byte[] _envelope = [];

    [Params(1, 3, 10, 100)]
    public int Lines { get; set; }

    [GlobalSetup]
    public void Prepare() => (_plain, _envelope) = (SampleOrders.Plain(Lines), SampleOrders.Envelope(Lines));

    [Benchmark]
    public int DecodePlain() => Decode(_plain, BodyFormat.Plain);

    [Benchmark]
    public int DecodeEnvelope() => Decode(_envelope, BodyFormat.Envelope);

    private int Decode(byte[] body, BodyFormat format)
    {
        _rows.Reset();
        return OrderDecoder.Decode(body, format, _rows, out _) is { } refusal
            ? throw new InvalidOperationException(refusal.ToString())
            : _rows.Length;
    }
}
