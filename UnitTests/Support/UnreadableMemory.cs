using System.Buffers;

namespace UnitTests.Support;

/// <summary>A body that cannot be read: a fault that nobody foresaw.</summary>
internal sealed class UnreadableMemory : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => throw new NotSupportedException("nobody thought of this");

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() => throw new NotSupportedException();

    // The length is told, the bytes are not.
    public override Memory<byte> Memory => CreateMemory(100);

    protected override void Dispose(bool disposing)
    {
    }
}
