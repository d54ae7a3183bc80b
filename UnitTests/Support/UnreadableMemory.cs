using System.Buffers;

namespace UnitTests.Support;

/// <summary>A body that cannot be read so many times: an unforeseen fault.</summary>
internal sealed class UnreadableMemory(byte[] body, int faults = int.MaxValue) : MemoryManager<byte>
{
    private int _faults = faults;

    // The length is told, the bytes are not.
    public override Memory<byte> Memory => CreateMemory(body.Length);

    public override Span<byte> GetSpan() => _faults-- > 0 ? throw new NotSupportedException("an unforeseen fault") : body;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
    }
}
