using System.Reflection;

namespace Worker.Operations.Settings;

/// <summary>One setting of the worker.</summary>
/// <param name="Key">Its full name, such as <c>Intake:Lanes</c>.</param>
/// <param name="Default">What holds when nobody sets it; empty when there is none.</param>
/// <param name="Property">Where it is declared; <see langword="null"/> for what belongs to the framework.</param>
internal sealed record Setting(string Key, string Default, PropertyInfo? Property)
{
    /// <summary>The name of its environment variable.</summary>
    public string Environment => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Whether its value is a password, or holds one.</summary>
    public bool IsSecret => IsPassword || Key.StartsWith("ConnectionStrings:", StringComparison.Ordinal);

    private bool IsPassword => Key == $"{ManagementOptions.Section}:{nameof(ManagementOptions.AdminToken)}";

    /// <summary>What may be shown of a value.</summary>
    public string Shown(string value) => IsPassword && value.Length > 0 ? SecretMask.Hidden : IsSecret ? SecretMask.Of(value) : value;
}
