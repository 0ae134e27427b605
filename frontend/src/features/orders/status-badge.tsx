import {
  CircleDashed,
  Clock,
  CircleX,
  PackageCheck,
  PackageOpen,
  Truck,
  CircleCheck,
  type LucideIcon,
} from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { OrderStatus } from "@/lib/api/types";
import { STATUS_WORDS } from "./words";

const ICONS: Record<OrderStatus, LucideIcon> = {
  PENDING: Clock,
  CONFIRMED: CircleCheck,
  PROCESSING: PackageOpen,
  SHIPPED: Truck,
  DELIVERED: PackageCheck,
  CANCELLED: CircleDashed,
  FAILED: CircleX,
};

export function StatusBadge({ status }: { status: OrderStatus }) {
  const { label, tone } = STATUS_WORDS[status];
  return (
    <Badge tone={tone} icon={ICONS[status]}>
      {label}
    </Badge>
  );
}
