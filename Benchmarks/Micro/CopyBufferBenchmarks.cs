using BenchmarkDotNet.Attributes;
using Infrastructure.Postgres;

namespace Benchmarks.Micro;

/// <summary>A row in COPY's format from values that are at hand: what is left of decoding without the reading.</summary>
public class CopyBufferBenchmarks
{
    private const int Columns = 7;
    private const long Total = 123_456;
    private const int TotalDecimals = 2;

    private readonly CopyBuffer _rows = new(64 * 1024);
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly DateTimeOffset _placedAt = new(2026, 11, 20, 23, 15, 1, TimeSpan.Zero);

    [Params(1, 3, 10, 100)]
    public int Lines { get; set; }

    [Benchmark]
    public int WriteRow()
    {
        _rows.Reset();
        _rows.BeginRow(Columns);
        _rows.WriteUuid(_id);
        _rows.WriteText("C-0012345"u8);
        _rows.WriteTimestamp(_placedAt);
        _rows.WriteText("EUR"u8);
        _rows.WriteNumeric(Total, TotalDecimals);
        WriteLines();
        _rows.WriteUuid(_id);
        return _rows.Length;
    }

    private void WriteLines()
    {
        var start = _rows.BeginJsonb();
        for (var line = 0; line < Lines; line++)
        {
            _rows.Append(line == 0 ? "[{\"sku\":\"SKU-00001\",\"quantity\":"u8 : ",{\"sku\":\"SKU-00001\",\"quantity\":"u8);
            _rows.AppendNumber(line + 1);
            _rows.Append(",\"unitPrice\":4.99}"u8);
        }

        _rows.Append((byte)']');
        _rows.EndJsonb(start);
    }
}
