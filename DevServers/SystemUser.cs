using System.Runtime.InteropServices;

namespace DevServers;

/// <summary>A line of /etc/passwd.</summary>
internal sealed record SystemUser(string Name, uint Id, uint GroupId)
{
    public static SystemUser? Find(string name)
    {
        if (!File.Exists("/etc/passwd"))
        {
            return null;
        }

        return File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length > 3 && fields[0] == name)
            .Select(fields => new SystemUser(name, uint.Parse(fields[2]), uint.Parse(fields[3])))
            .FirstOrDefault();
    }

    public void TakeOver(string path)
    {
        if (ChangeOwner(path, Id, GroupId) != 0)
        {
            throw new DevServersException($"{path} could not be given to user {Name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
