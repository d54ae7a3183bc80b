using DevServers;

namespace IntegrationTests.Stack;

/// <summary>A test that wants a <see cref="SmallDisk"/>. Where there can be none it is skipped and says so.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "A small file system cannot be mounted here; root on Linux can.";
        }
    }
}
