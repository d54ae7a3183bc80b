using System.Data.Common;

namespace Worker.Operations.Settings;

/// <summary>Takes the passwords out of connection strings. What it cannot read it does not show at all.</summary>
internal static class SecretMask
{
    /// <summary>What stands where a secret was.</summary>
    public const string Hidden = "***";

    // As Npgsql spells them, spaces aside.
    private static readonly string[] SecretKeys = ["password", "pwd", "passfile", "sslpassword"];

    public static string Of(string value)
    {
        if (value.Length == 0)
        {
            return "";
        }

        if (value.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(value, UriKind.Absolute, out var uri) ? OfUri(uri) : Hidden;
        }

        return OfPairs(value);
    }

    private static string OfUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var who = user switch
        {
            [""] => "",
            [var name] => $"{name}@",
            [var name, ..] => $"{name}:{Hidden}@",
            _ => "",
        };
        return $"{uri.Scheme}://{who}{uri.Authority}{uri.AbsolutePath}";
    }

    private static string OfPairs(string value)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = value };
            foreach (var key in pairs.Keys.Cast<string>().Where(IsSecret).ToArray())
            {
                pairs[key] = Hidden;
            }

            return pairs.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Hidden;
        }
    }

    private static bool IsSecret(string key) =>
        SecretKeys.Contains(key.Replace(" ", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase);
}
