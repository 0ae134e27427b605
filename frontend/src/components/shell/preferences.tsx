"use client";

import { Monitor, Moon, Settings2, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { setCurrency, useCart } from "@/features/cart/cart-store";

const CURRENCIES = [
  { code: "USD", name: "US dollar" },
  { code: "EUR", name: "Euro" },
];

const THEMES = [
  { value: "system", name: "System", icon: Monitor },
  { value: "light", name: "Light", icon: Sun },
  { value: "dark", name: "Dark", icon: Moon },
];

export function Preferences() {
  const cart = useCart();
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Currency and theme">
          <Settings2 aria-hidden className="size-5" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel id="preferred-currency">Currency</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          aria-labelledby="preferred-currency"
          value={cart?.currency ?? ""}
          onValueChange={setCurrency}
        >
          {CURRENCIES.map(({ code, name }) => (
            <DropdownMenuRadioItem key={code} value={code}>
              <span className="w-9 font-medium">{code}</span>
              <span className="text-muted">{name}</span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuLabel id="preferred-theme">Theme</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          aria-labelledby="preferred-theme"
          value={theme ?? "system"}
          onValueChange={setTheme}
        >
          {THEMES.map(({ value, name, icon: Icon }) => (
            <DropdownMenuRadioItem key={value} value={value}>
              <Icon aria-hidden />
              {name}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
